# The web servers.
terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "region" {
  type        = string
  description = "Where it runs"
  default     = "eu-west-1"
}

locals {
  name = "orders"
  tags = {
    Team = "shop"
  }
}

provider "aws" {
  region = var.region
}

# Runs the program.
resource "aws_instance" "web" {
  count         = 2
  instance_type = "t3.micro"

  lifecycle {
    create_before_destroy = true
  }
}

module "network" {
  source = "./network"
}

data "aws_ami" "debian" {
  most_recent = true
}

output "address" {
  value = aws_instance.web[0].public_ip
}
